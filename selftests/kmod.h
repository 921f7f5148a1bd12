/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_KMOD_H
#define SELFTESTS_KMOD_H

#include <stdbool.h>
#include <stddef.h>

int kmod_load(const char *parameter);
int kmod_unload(void);
bool kmod_loaded(void);
int kmod_open_log(void);
bool kmod_log_says(int fd, const char *what, const char *more);

const char *need_module(void);
const char *need_tpm(void);
const char *need_tpm2(void);

#endif /* SELFTESTS_KMOD_H */
