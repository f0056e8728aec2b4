/// What runs at a site: holds the cells, trains on them, and lets out what the policy allows.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.site;
