/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writer's catalog of reports. */
#include "indexer/build/catalog.h"

#include "indexer/base/alloc.h"

ofs_status ofsi_catalog_add(ofsi_catalog *c, ofsi_span id, ofsi_span path, const ofsi_known_file *file,
                            uint32_t *entry, ofs_error *err) {
    bool new_id, new_path;
    uint32_t i = ofsi_map_intern(&c->ids, id, &new_id);
    uint32_t p = ofsi_map_intern(&c->paths, path, &new_path);
    if (i == OFSI_MAP_NONE || p == OFSI_MAP_NONE || c->count >= OFSI_NOWHERE - 1 ||
        !ofsi_grow(&c->by_id, &c->by_id_capacity, c->ids.count, sizeof *c->by_id) ||
        !ofsi_grow(&c->by_path, &c->by_path_capacity, c->paths.count, sizeof *c->by_path) ||
        !ofsi_grow(&c->entries, &c->capacity, c->count + 1, sizeof *c->entries))
        return ofsi_fail_nomem(err);
    uint32_t number = (uint32_t)c->count++;
    c->entries[number] =
        (ofsi_entry){.id = i, .path = p, .segment = OFSI_NOWHERE, .live = true, .next = OFSI_NOWHERE};
    c->by_id[i] = number;
    ofsi_catalog_path *of_path = &c->by_path[p];
    if (new_path)
        *of_path = (ofsi_catalog_path){.first = OFSI_NOWHERE, .last = OFSI_NOWHERE};
    of_path->file = *file;
    if (of_path->last == OFSI_NOWHERE)
        of_path->first = number;
    else
        c->entries[of_path->last].next = number;
    of_path->last = number;
    *entry = number;
    return OFS_OK;
}

uint32_t ofsi_catalog_find_id(const ofsi_catalog *c, ofsi_span id) {
    uint32_t i = ofsi_map_find(&c->ids, id);
    return i == OFSI_MAP_NONE ? OFSI_NOWHERE : c->by_id[i];
}

uint32_t ofsi_catalog_find_path(const ofsi_catalog *c, ofsi_span path) {
    uint32_t p = ofsi_map_find(&c->paths, path);
    return p == OFSI_MAP_NONE ? OFSI_NOWHERE : p;
}

bool ofsi_catalog_path_is_live(const ofsi_catalog *c, uint32_t path) {
    for (uint32_t e = c->by_path[path].first; e != OFSI_NOWHERE; e = c->entries[e].next)
        if (c->entries[e].live)
            return true;
    return false;
}

uint64_t ofsi_catalog_bytes(const ofsi_catalog *c) {
    return ofsi_map_bytes(&c->ids) + ofsi_map_bytes(&c->paths) + c->by_id_capacity * sizeof *c->by_id +
           c->by_path_capacity * sizeof *c->by_path + c->capacity * sizeof *c->entries;
}

void ofsi_catalog_kill(ofsi_catalog *c, uint32_t entry) {
    ofsi_entry *e = &c->entries[entry];
    e->live = false;
    if (c->by_id[e->id] == entry)
        c->by_id[e->id] = OFSI_NOWHERE;
}

void ofsi_catalog_free(ofsi_catalog *c) {
    ofsi_map_free(&c->ids);
    ofsi_map_free(&c->paths);
    ofsi_free(c->by_id);
    ofsi_free(c->by_path);
    ofsi_free(c->entries);
    *c = (ofsi_catalog){0};
}
