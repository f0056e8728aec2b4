/// What a model must remember of its data, and the check of new data against it.
@org.jspecify.annotations.NullMarked
package org.syncyte.anndata.fields;
