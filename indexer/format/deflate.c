/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks to zlib streams and back, by libdeflate or by zlib. */
#include "indexer/format/deflate.h"

#include "indexer/base/alloc.h"

#ifdef OFS_WITH_LIBDEFLATE
#include <libdeflate.h>

/* Measured on 24 KiB blocks of report text: level 4 takes 4 % less room and more than twice the time. */
enum { LEVEL = 1 };

struct ofsi_deflater {
    struct libdeflate_compressor *compressor;
};

ofsi_deflater *ofsi_deflater_open(void) {
    ofsi_deflater *d = ofsi_calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->compressor = libdeflate_alloc_compressor(LEVEL);
    if (!d->compressor) {
        ofsi_free(d);
        return NULL;
    }
    return d;
}

void ofsi_deflater_close(ofsi_deflater *d) {
    if (d)
        libdeflate_free_compressor(d->compressor);
    ofsi_free(d);
}

ofs_status ofsi_deflate(ofsi_deflater *d, ofsi_span block, ofsi_buf *out, ofs_error *err) {
    size_t bound = libdeflate_zlib_compress_bound(d->compressor, block.size);
    ofsi_buf_reset(out);
    void *to = ofsi_buf_extend(out, bound);
    if (!to)
        return ofsi_fail_nomem(err);
    out->size = libdeflate_zlib_compress(d->compressor, block.data, block.size, to, bound);
    return out->size ? OFS_OK : ofsi_fail(err, OFS_E_NOMEM, "a block of paragraphs cannot be packed");
}

ofs_status ofsi_inflate(ofsi_span packed, char *to, size_t size, ofs_error *err) {
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    size_t used = 0;
    if (!decompressor)
        return ofsi_fail_nomem(err);
    enum libdeflate_result result =
        libdeflate_zlib_decompress_ex(decompressor, packed.data, packed.size, to, size, &used, NULL);
    libdeflate_free_decompressor(decompressor);
    /* Without a place for the size, anything but exactly `size` bytes is a failure. */
    return result == LIBDEFLATE_SUCCESS && used == packed.size ? OFS_OK : OFS_E_CORRUPT;
}

#else
#include <zlib.h>

/* Measured on report text: level 4 takes 5 % more than level 6 in half the time. */
enum { LEVEL = 4 };

struct ofsi_deflater {
    z_stream zlib;
};

/* zlib's memory is ours, so that a test can refuse it. */
static voidpf zlib_alloc(voidpf context, uInt count, uInt size) {
    (void)context;
    return ofsi_reallocarray(NULL, count, size);
}

static void zlib_free(voidpf context, voidpf block) {
    (void)context;
    ofsi_free(block);
}

ofsi_deflater *ofsi_deflater_open(void) {
    ofsi_deflater *d = ofsi_calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->zlib.zalloc = zlib_alloc;
    d->zlib.zfree = zlib_free;
    if (deflateInit(&d->zlib, LEVEL) != Z_OK) {
        ofsi_free(d);
        return NULL;
    }
    return d;
}

void ofsi_deflater_close(ofsi_deflater *d) {
    if (d)
        deflateEnd(&d->zlib);
    ofsi_free(d);
}

ofs_status ofsi_deflate(ofsi_deflater *d, ofsi_span block, ofsi_buf *out, ofs_error *err) {
    uLong bound = deflateBound(&d->zlib, (uLong)block.size);
    ofsi_buf_reset(out);
    void *to = ofsi_buf_extend(out, bound);
    if (!to)
        return ofsi_fail_nomem(err);
    d->zlib.next_in = (Bytef *)(uintptr_t)block.data;
    d->zlib.avail_in = (uInt)block.size;
    d->zlib.next_out = to;
    d->zlib.avail_out = (uInt)bound;
    if (deflate(&d->zlib, Z_FINISH) != Z_STREAM_END)
        return ofsi_fail(err, OFS_E_NOMEM, "a block of paragraphs cannot be packed");
    out->size = bound - d->zlib.avail_out;
    deflateReset(&d->zlib);
    return OFS_OK;
}

ofs_status ofsi_inflate(ofsi_span packed,
                        char *to, /* NOLINT(readability-non-const-parameter): zlib writes to it */
                        size_t size, ofs_error *err) {
    if (packed.size > UINT32_MAX || size > UINT32_MAX) /* a block is 128 MiB at most */
        return OFS_E_CORRUPT;
    z_stream zlib = {.zalloc = zlib_alloc,
                     .zfree = zlib_free,
                     .next_in = (Bytef *)(uintptr_t)packed.data,
                     .avail_in = (uInt)packed.size,
                     .next_out = (Bytef *)to,
                     .avail_out = (uInt)size};
    if (inflateInit(&zlib) != Z_OK)
        return ofsi_fail_nomem(err);
    int result = inflate(&zlib, Z_FINISH);
    bool whole = result == Z_STREAM_END && zlib.avail_in == 0 && zlib.avail_out == 0;
    inflateEnd(&zlib);
    return result == Z_MEM_ERROR ? ofsi_fail_nomem(err) : whole ? OFS_OK : OFS_E_CORRUPT;
}
#endif
