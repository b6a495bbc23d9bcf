/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stands in front of the colour library: no colour profile can be opened in this program. Poppler then takes the plain
 * colour space beside it, which is all the same to text, and a page costs 1 ms where building the transforms of its
 * profiles would cost 10 ms more. The link exports the symbol so that poppler finds this one first; were it not found,
 * all would work as well, only slower.
 */
#include <stddef.h>
#include <stdint.h>

__attribute__((visibility("default"))) void *cmsOpenProfileFromMem(const void *memory, uint32_t size);

void *cmsOpenProfileFromMem(const void *memory, uint32_t size) {
    (void)memory;
    (void)size;
    return NULL;
}
