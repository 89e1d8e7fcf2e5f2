/**
 * Contract suites: what every source and every sink must do, whoever wrote it. A connector is done
 * when a test class of its own that extends a suite passes. In the test-jar of this module, for
 * connectors here and elsewhere.
 */
@NullMarked
package dev.sluice.connectors.testing;

import org.jspecify.annotations.NullMarked;
