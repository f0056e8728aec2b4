/// Ontologies: what terms of tissues, cells, diseases, assays and organisms mean, so that a search
/// for a term finds what is narrower, too.
@NullMarked
package org.syncyte.hub.ontology;

import org.jspecify.annotations.NullMarked;
