@NullMarked
package org.syncyte.web;

import org.jspecify.annotations.NullMarked;
