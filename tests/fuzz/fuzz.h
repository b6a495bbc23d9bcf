/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entry that every fuzz target defines: libFuzzer calls it, or fuzz/replay.c with the seeds. */
#ifndef OFS_TESTS_FUZZ_H
#define OFS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0. Any input must be survived: without a crash, a leak, or a run without end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
