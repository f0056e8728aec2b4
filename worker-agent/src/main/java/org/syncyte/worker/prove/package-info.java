/// Runs published models and reports to their hub whether they are what they claim to be.
@org.jspecify.annotations.NullMarked
package org.syncyte.worker.prove;
