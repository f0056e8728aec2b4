package org.syncyte.models.nn;

/// A slice of a tensor that belongs to one category of one covariate: index `index` along `axis`.
///
/// A one-hot column is read only by cells of its category; in a federation its update therefore
/// comes from the sites that declared the category, and from no other.
public record CategoryBlock(int axis, int index, String covariate, String category) {}
