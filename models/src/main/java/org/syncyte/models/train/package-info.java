/// Training: plans, optimiser, schedules.
@org.jspecify.annotations.NullMarked
package org.syncyte.models.train;
