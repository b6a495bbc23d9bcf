/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sink that spreads reports over several sinks, each with a thread and an analyzer of its own, so that words are broken,
 * inverted and compressed on all cores. Used by the writer when it may use more than one thread.
 */
#ifndef OFSI_BUILD_PARALLEL_H
#define OFSI_BUILD_PARALLEL_H

#include "indexer/build/inverter.h"

/*
 * `options` is that of a single sink: its memory is shared out, its analyzer is the first worker's, and its callbacks are
 * called by whoever calls the sink (`take`) or by one worker at a time (`name`). A second worker begins when the first
 * has fallen behind, so that a small run makes one segment. Errors of a worker come from the next call of the sink.
 */
ofs_status ofsi_parallel_open(const ofsi_inverter_options *options, uint32_t workers, ofsi_report_sink **out,
                              ofs_error *err);

#endif
