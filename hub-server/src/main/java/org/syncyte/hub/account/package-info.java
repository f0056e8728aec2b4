/// Users, tokens, roles and namespaces.
@NullMarked
package org.syncyte.hub.account;

import org.jspecify.annotations.NullMarked;
