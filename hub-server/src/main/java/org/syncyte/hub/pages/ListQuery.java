package org.syncyte.hub.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.syncyte.hub.repo.Search;
import org.syncyte.web.ModelHead;

/// The question behind a list of models, and the addresses of its neighbours.
///
/// @param text words
/// @param author owner, or empty
/// @param filters tags that must all hold
/// @param page counted from 1
record ListQuery(String text, String author, List<String> filters, Order order, int page) {
  ListQuery {
    filters = List.copyOf(filters);
  }

  /// Orders of the list.
  enum Order {
    UPDATED("Recently updated", Search.Sort.LAST_MODIFIED, true),
    DOWNLOADS("Most downloaded", Search.Sort.DOWNLOADS, true),
    NEW("Newest", Search.Sort.CREATED_AT, true),
    NAME("Name", Search.Sort.ID, false);

    final String label;
    final Search.Sort sort;
    final boolean descending;

    Order(String label, Search.Sort sort, boolean descending) {
      this.label = label;
      this.sort = sort;
      this.descending = descending;
    }

    static Order of(String name) {
      for (var order : values()) {
        if (order.word().equals(name)) {
          return order;
        }
      }
      return UPDATED;
    }

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Search search(int size) {
    return new Search(
        text,
        author,
        filters,
        Search.Only.ANY,
        order.sort,
        order.descending,
        (page - 1) * size,
        size);
  }

  boolean plain() {
    return text.isEmpty() && author.isEmpty() && filters.isEmpty();
  }

  /// The same list with a filter added, or dropped if it was in force.
  ListQuery switched(String filter) {
    var changed = new ArrayList<>(filters);
    if (!changed.remove(filter)) {
      changed.add(filter);
    }
    return new ListQuery(text, author, changed, order, 1);
  }

  ListQuery at(int other) {
    return new ListQuery(text, author, filters, order, other);
  }

  ListQuery by(Order other) {
    return new ListQuery(text, author, filters, other, 1);
  }

  ListQuery withoutAuthor() {
    return new ListQuery(text, "", filters, order, 1);
  }

  String href() {
    var query = new StringJoiner("&", "?", "").setEmptyValue("");
    if (!text.isEmpty()) {
      query.add("q=" + ModelHead.encode(text));
    }
    filters.forEach(filter -> query.add("filter=" + ModelHead.encode(filter)));
    if (order != Order.UPDATED) {
      query.add("sort=" + order.word());
    }
    if (page > 1) {
      query.add("page=" + page);
    }
    return "/" + author + query;
  }
}
