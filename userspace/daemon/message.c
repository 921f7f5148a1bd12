// SPDX-License-Identifier: GPL-2.0-or-later
#include "daemon/message.h"

#include <stddef.h>
#include <string.h>

/* Random once and for all; dist/drtmond.catalog explains each. */
static const struct {
	const char *word;
	const char *id;
} messages[] = {
	{ "pcr-extend", "d2dfb3f4fc6f8098f92f20638547b5c3" },
	{ "pcr-reset", "4af3692795ef75953223ef1a59db8b52" },
	{ "pcr-mismatch", "dcc8db96f40f129e29f2f35b65cf6a85" },
	{ "pcr-match", "2b8b581351b282b8149c1e512b663e61" },
	{ "pcr-drift", "2defd902ac11d5db1663a0495c520d73" },
	{ "tpm-command", "595f671680f9ea7b2f819036ffdd64ce" },
	{ "tpm-reset", "09c12d74d0eb2fe00dcba4b367aa7041" },
	{ "tpm-lockout", "01e138c8d169c25f67adbb55a60598c4" },
	{ "tpm-error", "16a85ef016f762ca88fe017efb81a602" },
	{ "chip-add", "6b0fa7f53228f20d08e80fd09b2fe9b7" },
	{ "chip-remove", "434e39c0db2a0f94fc11143cd0174afc" },
	{ "txt-change", "4c3e84d041234c01e5203e22598f35e9" },
	{ "resume", "6e73c692336196575b28dd4bb3bd3c6d" },
	{ "hook-dead", "f1a4287f2a59ffb5e4357d6901591cd8" },
	{ "hook-degraded", "aadea9df038de782b593ad4c1e616534" },
	{ "hook-alive", "b448df56214827960ab3370dbcc2979b" },
	{ "events-lost", "5591838225edded44d165145ffb79d60" },
	{ "baseline-change", "2e46cd58664931ac33de7dff0bad42bc" },
	{ "started", "277fde760370dd2e54218af849aa08ac" },
	{ "module-load", "c0d862fc5863296d77afdface628e737" },
	{ "module-unload", "25087642056cdc9b8ea22b843ff58f8a" },
	{ "history-damaged", "becccb2f6227c9f79a1d80804a4799ef" },
	{ "history-failing", "f691a6e2700f679a78c943991f4dccd6" },
	{ "history-working", "ca11fb0c18faa45c6713b8663e56d2fe" },
	{ "alert-failed", "449c1fa5e7bbf9d96fa9ece09d2bf5ce" },
	{ "alert-suppressed", "2cfa2c5764f119d42228f457eba4c73a" },
	{ "metrics-failing", "0c626be42ed99a57d9458a1e447cc074" },
	{ "metrics-working", "1476dc4e1ff81e886846a500fa67d677" },
	{ "config-problem", "7a21f68830eeb9b55ad15556c29aef1a" },
};

/* A kind from the future. */
#define OTHER "5d9d7b0d2f4b4e0f9f5a1c5f0e6a7d31"

const char *message_id(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (!strcmp(messages[i].word, word))
			return messages[i].id;
	return OTHER;
}
