package org.syncyte.hub.ontology;

import java.util.Set;

/// A term of an ontology.
///
/// @param id such as `UBERON:0002048`
/// @param synonyms other names that mean exactly the same
/// @param parents ids of what it is, or is part of
record Term(String id, String name, Set<String> synonyms, Set<String> parents) {
  Term {
    synonyms = Set.copyOf(synonyms);
    parents = Set.copyOf(parents);
  }
}
