/// Tells others what happened: webhooks, and a Kafka topic if a broker is configured.
@NullMarked
package org.syncyte.hub.webhook;

import org.jspecify.annotations.NullMarked;
