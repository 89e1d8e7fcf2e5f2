/**
 * The connector SPI: what a source, a sink and a file format must do, and nothing about any
 * technology. The Javadoc says who calls what, when, and on which thread. Plug-ins may rely on all
 * that is public here; implementations belong to the packages below and to modules of their own.
 */
@NullMarked
package dev.sluice.connectors;

import org.jspecify.annotations.NullMarked;
