/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of options.def by number, as args.c takes them and combinations.c judges them. */
#ifndef OFSI_SEARCH_CLI_OPTION_IDS_H
#define OFSI_SEARCH_CLI_OPTION_IDS_H

enum option_id {
#define OFS_OPTION(id, letter, name, argument, help) id,
#include "search/cli/options.def"
#undef OFS_OPTION
    OPTION_COUNT
};

_Static_assert(OPTION_COUNT <= 64, "args.given has a bit for each option");

#endif
