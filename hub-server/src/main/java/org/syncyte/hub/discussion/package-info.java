/// What people say about a repository, and the changes they propose.
@NullMarked
package org.syncyte.hub.discussion;

import org.jspecify.annotations.NullMarked;
