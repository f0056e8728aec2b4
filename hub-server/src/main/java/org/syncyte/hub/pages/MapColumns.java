package org.syncyte.hub.pages;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.syncyte.cards.privacy.MapRules;
import org.syncyte.web.LatentMap;

/// Which columns a map of cells may be coloured by.
///
/// Not those that scvi-tools keeps for itself, and none that the privacy lint calls serious: names
/// of donors, or values that name single cells. Such a column does not leave the hub on a page, in
/// a picture or in what a page draws from, though its author may have published it in a file.
final class MapColumns {
  private MapColumns() {}

  /// The map without the columns that stay hidden.
  static LatentMap shown(LatentMap map) {
    var obs = new LinkedHashMap<>(map.obs());
    var numbers = new LinkedHashMap<>(map.numbers());
    obs.keySet().removeIf(name -> hidden(name, map));
    numbers.keySet().removeIf(name -> obs.containsKey(name) || hidden(name, map));
    return new LatentMap(map.x(), map.y(), obs, numbers, map.of());
  }

  private static boolean hidden(String name, LatentMap map) {
    return MapRules.hidden(name, counts(name, map), map.cells(), map.measured(name));
  }

  private static Map<String, Integer> counts(String name, LatentMap map) {
    var counts = new HashMap<String, Integer>();
    if (!map.measured(name)) {
      var coding = map.coding(name);
      var cells = coding.counts();
      for (var i = 0; i < cells.length; i++) {
        if (cells[i] > 0) {
          counts.merge(coding.categories().get(i), (int) cells[i], Integer::sum);
        }
      }
    }
    return counts;
  }
}
