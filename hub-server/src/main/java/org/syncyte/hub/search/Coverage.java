package org.syncyte.hub.search;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.syncyte.hub.ErrorCode;
import org.syncyte.hub.HubException;
import org.syncyte.hub.account.Caller;
import org.syncyte.hub.repo.RepoView;
import org.syncyte.hub.repo.Repos;
import org.syncyte.hub.repo.Search;

/// Ranks models by how much of their input a list of genes covers.
@ApplicationScoped
public class Coverage {
  /// Longer lists are not of genes.
  public static final int MAX_GENES = 200_000;

  private static final int MAX_NAME = 100;
  private final GeneStore store;
  private final Repos repos;

  Coverage(GeneStore store, Repos repos) {
    this.store = store;
    this.repos = repos;
  }

  /// One model.
  ///
  /// @param genes how many genes it reads
  /// @param covered how many of them are in the list
  public record Match(RepoView repo, int genes, int covered) {
    public double coverage() {
      return (double) covered / genes;
    }
  }

  /// @param genes different genes in the list
  /// @param known how many of them some model of this hub knows
  public record Ranking(int genes, int known, int models, List<Match> matches) {
    public Ranking {
      matches = List.copyOf(matches);
    }
  }

  /// @param search which models count; its order and page are not looked at
  public Ranking rank(Collection<String> names, Search search, Caller caller, int limit) {
    if (names.size() > MAX_GENES) {
      throw new HubException(
          ErrorCode.TOO_BIG,
          "genes: " + names.size() + " names; at most " + MAX_GENES + " are compared");
    }
    for (String name : names) {
      if (name.length() > MAX_NAME) {
        throw new HubException(
            ErrorCode.BAD_REQUEST,
            "genes: a name has " + name.length() + " characters; give one name a line");
      }
    }
    var list = GeneKey.of(names);
    var index = store.index();
    var visible = repos.keys(search, caller);
    var hits = index.rank(list, visible::contains, limit);
    var found = repos.byKeys(hits.stream().map(GeneIndex.Hit::model).toList());
    var matches = new ArrayList<Match>();
    for (var hit : hits) {
      var repo = found.get(hit.model());
      if (repo != null) {
        matches.add(new Match(repo, hit.genes(), hit.covered()));
      }
    }
    return new Ranking(list.length, index.known(list), visible.size(), matches);
  }

  /// The names in a text: one a line, or separated by commas, semicolons, tabs or spaces.
  public static List<String> names(String text) {
    var names = new ArrayList<String>();
    int begin = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || separates(text.charAt(i))) {
        if (i > begin) {
          names.add(text.substring(begin, i));
        }
        begin = i + 1;
      }
    }
    return names;
  }

  private static boolean separates(char c) {
    return c <= ' ' || c == ',' || c == ';' || c == '"' || c == '\'';
  }
}
