/// Repositories as buckets: the part of the S3 protocol that stock clients use.
@NullMarked
package org.syncyte.hub.s3;

import org.jspecify.annotations.NullMarked;
