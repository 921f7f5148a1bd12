/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SELFTESTS_VTPM12_H
#define SELFTESTS_VTPM12_H

struct tpm_msg;
struct vtpm;

void vtpm12_obey(struct vtpm *vtpm, const struct tpm_msg *cmd, struct tpm_msg *rsp);

#endif /* SELFTESTS_VTPM12_H */
