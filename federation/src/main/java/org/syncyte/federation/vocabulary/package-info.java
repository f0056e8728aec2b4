/// What all sites share before training: common genes, variable genes, batches and labels.
@org.jspecify.annotations.NullMarked
package org.syncyte.federation.vocabulary;
