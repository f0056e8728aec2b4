/// What no single module can prove.
@org.jspecify.annotations.NullMarked
package org.syncyte.tests;
