package org.syncyte.federation;

/// One slice of a tensor that belongs to one category of a covariate: the column (or row) `index`
/// along `axis`. It is averaged over the sites that have cells of that category, and over nobody
/// else.
///
/// @param axis 0 or 1
/// @param index position along the axis
/// @param covariate `batch`, `label`, or the key of another categorical covariate
/// @param category the category's name
public record Block(int axis, int index, String covariate, String category) {
  public static final String BATCH = "batch";
  public static final String LABEL = "label";

  public Block {
    if (axis < 0 || axis > 1 || index < 0 || covariate.isEmpty()) {
      throw new IllegalArgumentException(
          "a block needs axis 0 or 1, an index from 0 and a covariate, not axis %d, index %d, '%s'"
              .formatted(axis, index, covariate));
    }
  }

  /// Under which key an update gives the number of training cells behind this block.
  public String weightKey() {
    return covariate + ":" + category;
  }
}
