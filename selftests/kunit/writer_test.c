// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who wrote a command: orders of write, queue, send and close that no program can
 * bring about at will. Tests run in a kernel thread, as the TPM core's worker does.
 */
#include "../../kmod/writer.c"

#include <kunit/test.h>
#include <linux/slab.h>

#define OFFSET	0xba

/* Device files, their private data, and two chips. */
static struct {
	struct tpm_chip *chip;
	struct tpm_chip *other;
	struct inode *inode;
	struct file *file[3];
	u8 *priv[3];
	u64 missed;
} bench;

static struct writer *slot(int token)
{
	return &writers[token];
}

/* A write() that does not wait, whose command is still to be sent. */
static int queue(u32 file)
{
	int token = drtmon_writer_enter(bench.file[file]);

	drtmon_writer_leave(token, 10);
	return token;
}

static struct cdev *match(const struct tpm_chip *chip, u32 file, struct drtmon_who *who)
{
	memset(who, 0, sizeof(*who));
	return drtmon_writer_match(chip, bench.priv[file] + OFFSET, bench.missed, who);
}

/* Somebody wrote it, but it is not certain who. */
static void expect_doubt(struct kunit *test)
{
	struct drtmon_who who;

	KUNIT_EXPECT_EQ(test, -ENOTUNIQ, PTR_ERR_OR_ZERO(match(bench.chip, 0, &who)));
	KUNIT_EXPECT_PTR_EQ(test, NULL, who.exe);
}

/* A task that sleeps, or runs; no more of it is ever looked at. */
static struct task_struct *some_task(struct kunit *test, unsigned int state)
{
	struct task_struct *task = kunit_kzalloc(test, sizeof(*task), GFP_KERNEL);

	if (task)
		WRITE_ONCE(task->__state, state);
	return task;
}

static void queued_once(struct kunit *test)
{
	struct drtmon_who who;
	int token = queue(0);

	KUNIT_EXPECT_EQ(test, WRITER_QUEUED, slot(token)->state);
	/* Of another chip, or another file's memory: not this one. */
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.other, 0, &who));
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 1, &who));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    drtmon_writer_match(bench.chip, bench.priv[0] - 1, 0, &who));
	KUNIT_EXPECT_PTR_EQ(test, NULL,
			    drtmon_writer_match(bench.chip,
						bench.priv[0] + WRITER_BUF_OFFSET_MAX, 0, &who));
	KUNIT_EXPECT_PTR_EQ(test, &bench.chip->cdev, match(bench.chip, 0, &who));
	KUNIT_EXPECT_EQ(test, task_pid_nr(current), who.pid);
	/* A command is sent once. */
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
}

static void sent_before_write_returned(struct kunit *test)
{
	int token = drtmon_writer_enter(bench.file[0]);
	struct drtmon_who who;

	KUNIT_EXPECT_PTR_EQ(test, &bench.chip->cdev, match(bench.chip, 0, &who));
	KUNIT_EXPECT_EQ(test, task_pid_nr(current), who.pid);
	KUNIT_EXPECT_EQ(test, WRITER_SENT, slot(token)->state);
	drtmon_writer_leave(token, 10);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
}

/* It may have yet to be accepted, and the command be of one that left no slot. */
static void inside_write_alone(struct kunit *test)
{
	struct drtmon_who who;

	/* A worker does not send for one that waits, but for who turned that off and on. */
	drtmon_writer_enter(bench.file[2]);
	KUNIT_EXPECT_EQ(test, -ENOTUNIQ, PTR_ERR_OR_ZERO(match(bench.chip, 2, &who)));
	/* A miss is noticed by the next command of anybody, and lasts. */
	bench.missed++;
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.other, 0, &who));
	drtmon_writer_enter(bench.file[0]);
	expect_doubt(test);
}

static void refused_or_closed(struct kunit *test)
{
	struct drtmon_who who;
	int token = drtmon_writer_enter(bench.file[0]);

	drtmon_writer_leave(token, -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
	queue(0);
	drtmon_writer_close(bench.file[1]->private_data);
	drtmon_writer_close(bench.file[0]->private_data);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
	/* What a file queued before is not sent any more when it queues again. */
	token = queue(0);
	KUNIT_EXPECT_PTR_NE(test, slot(token), slot(queue(0)));
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
}

static void too_old(struct kunit *test)
{
	struct drtmon_who who;
	int token = queue(0);

	slot(token)->queued = jiffies - WRITER_QUEUED_MAX - 1;
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
	/* The next one that any file queues makes room. */
	queue(1);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
}

static void chip_is_gone(struct kunit *test)
{
	struct drtmon_who who;
	int token = queue(0);

	drtmon_writer_forget(bench.other);
	KUNIT_EXPECT_EQ(test, WRITER_QUEUED, slot(token)->state);
	drtmon_writer_forget(bench.chip);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
}

/* A write() that does not wait, of another thread of this process. */
static int queue_of_another(u32 file)
{
	int token = queue(file);

	slot(token)->who.pid++;
	return token;
}

/* One that was never sent or still waits, and another: one of two commands is meant. */
static void two_at_one_place(struct kunit *test)
{
	int token = queue_of_another(0);

	drtmon_writer_enter(bench.file[0]);
	expect_doubt(test);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
	drtmon_writer_exit();
	/* A file closed unseen, and another with its memory. */
	queue_of_another(0);
	bench.file[1]->private_data = bench.priv[0];
	drtmon_writer_enter(bench.file[1]);
	expect_doubt(test);
}

/* Wherever their slots are: one sleeps, one's is perhaps sent now, one's perhaps never was. */
static void doubt_in_any_order(struct kunit *test)
{
	struct task_struct *sleeper = some_task(test, TASK_UNINTERRUPTIBLE);
	int first = drtmon_writer_enter(bench.file[1]);
	int second = drtmon_writer_enter(bench.file[1]);
	int token = queue_of_another(0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sleeper);
	drtmon_writer_leave(first, -EBUSY);
	drtmon_writer_leave(second, -EBUSY);
	KUNIT_ASSERT_EQ(test, first, drtmon_writer_enter(bench.file[0]));
	slot(first)->task = sleeper;
	KUNIT_ASSERT_EQ(test, second, drtmon_writer_enter(bench.file[0]));
	expect_doubt(test);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
}

/* Who began first and is accepted last: another queued in between what was never sent. */
static void overtaken(struct kunit *test)
{
	int late = drtmon_writer_enter(bench.file[0]), token = queue_of_another(0);

	expect_doubt(test);
	drtmon_writer_leave(late, -EBUSY);
	late = drtmon_writer_enter(bench.file[0]);
	token = queue_of_another(0);
	drtmon_writer_leave(late, 10);
	expect_doubt(test);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(late)->state);
}

static void two_in_write(struct kunit *test)
{
	struct task_struct *sleeper = some_task(test, TASK_UNINTERRUPTIBLE);
	struct task_struct *runner = some_task(test, TASK_RUNNING);
	int token = drtmon_writer_enter(bench.file[0]);
	struct drtmon_who who;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sleeper);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, runner);
	slot(token)->task = runner;
	drtmon_writer_enter(bench.file[0]);
	expect_doubt(test);
	/* Who sleeps was not accepted yet. */
	slot(token)->task = sleeper;
	KUNIT_EXPECT_PTR_EQ(test, &bench.chip->cdev, match(bench.chip, 0, &who));
	KUNIT_EXPECT_EQ(test, task_pid_nr(current), who.pid);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
}

/* Told not to wait, but not when write() began or returned: no slot is left of it. */
static void flag_changes_there_and_back(struct kunit *test)
{
	int token = queue_of_another(0), late;
	struct drtmon_who who;

	bench.file[0]->f_flags = O_RDWR;
	drtmon_writer_leave(drtmon_writer_enter(bench.file[0]), 10);
	KUNIT_EXPECT_EQ(test, WRITER_FREE, slot(token)->state);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
	late = drtmon_writer_enter(bench.file[0]);
	bench.file[0]->f_flags |= O_NONBLOCK;
	queue_of_another(0);
	bench.file[0]->f_flags = O_RDWR;
	drtmon_writer_leave(late, 10);
	expect_doubt(test);
}

/* The probe missed a write: its command is not taken for that of another one. */
static void one_was_missed(struct kunit *test)
{
	struct drtmon_who who;

	queue(0);
	bench.missed++;
	expect_doubt(test);
	queue(0);
	KUNIT_EXPECT_PTR_EQ(test, &bench.chip->cdev, match(bench.chip, 0, &who));
	KUNIT_EXPECT_EQ(test, task_pid_nr(current), who.pid);
}

/* The slot that made it doubtful is needed for another write. */
static void one_makes_room(struct kunit *test)
{
	int late = drtmon_writer_enter(bench.file[0]), token = queue_of_another(0), i;

	drtmon_writer_leave(late, 10);
	for (i = 2; i < WRITER_SLOTS; i++)
		KUNIT_ASSERT_EQ(test, i, drtmon_writer_enter(bench.file[1]));
	KUNIT_EXPECT_EQ(test, token, drtmon_writer_enter(bench.file[1]));
	expect_doubt(test);
}

/* Either way it is the same thread. */
static void two_of_one_thread(struct kunit *test)
{
	struct drtmon_who who;

	queue(0);
	drtmon_writer_enter(bench.file[0]);
	KUNIT_EXPECT_PTR_EQ(test, &bench.chip->cdev, match(bench.chip, 0, &who));
	KUNIT_EXPECT_EQ(test, task_pid_nr(current), who.pid);
	KUNIT_EXPECT_EQ(test, task_tgid_nr(current), who.tgid);
	drtmon_writer_exit();
	/* But it was somebody else's then. */
	slot(queue(0))->who.uid++;
	drtmon_writer_enter(bench.file[0]);
	expect_doubt(test);
}

/* Who sleeps in write() waits for the worker that sends the command before. */
static void one_waits_for_the_other(struct kunit *test)
{
	struct task_struct *task = some_task(test, TASK_UNINTERRUPTIBLE);
	int older = queue_of_another(0), token = drtmon_writer_enter(bench.file[0]);
	pid_t pid = slot(older)->who.pid;
	struct drtmon_who who;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	slot(token)->task = task;
	KUNIT_EXPECT_PTR_EQ(test, &bench.chip->cdev, match(bench.chip, 0, &who));
	KUNIT_EXPECT_EQ(test, pid, who.pid);
}

/* All slots taken by writes under way: one more is known of nobody. */
static void no_slot_left(struct kunit *test)
{
	struct drtmon_who who;
	int token, i;

	for (i = 0; i < WRITER_SLOTS; i++)
		KUNIT_ASSERT_EQ(test, i, drtmon_writer_enter(bench.file[1]));
	token = drtmon_writer_enter(bench.file[0]);
	KUNIT_EXPECT_EQ(test, TOKEN_NONE, token);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
	drtmon_writer_leave(token, 10);
	KUNIT_EXPECT_PTR_EQ(test, NULL, match(bench.chip, 0, &who));
	/* One behind write() makes room for the next. */
	drtmon_writer_leave(WRITER_SLOTS - 1, 10);
	KUNIT_EXPECT_EQ(test, WRITER_QUEUED, slot(WRITER_SLOTS - 1)->state);
	KUNIT_EXPECT_EQ(test, WRITER_SLOTS - 1, drtmon_writer_enter(bench.file[0]));
}

/* Whether write() waits may be changed while it runs. */
static void flag_changes_meanwhile(struct kunit *test)
{
	int token = drtmon_writer_enter(bench.file[2]);

	KUNIT_EXPECT_FALSE(test, slot(token)->nonblock);
	bench.file[2]->f_flags |= O_NONBLOCK;
	drtmon_writer_leave(token, 10);
	KUNIT_EXPECT_EQ(test, WRITER_QUEUED, slot(token)->state);
	KUNIT_EXPECT_EQ(test, task_pid_nr(current), slot(token)->who.pid);
}

static struct kunit_case writer_cases[] = {
	KUNIT_CASE(queued_once),
	KUNIT_CASE(sent_before_write_returned),
	KUNIT_CASE(inside_write_alone),
	KUNIT_CASE(refused_or_closed),
	KUNIT_CASE(too_old),
	KUNIT_CASE(chip_is_gone),
	KUNIT_CASE(two_at_one_place),
	KUNIT_CASE(doubt_in_any_order),
	KUNIT_CASE(overtaken),
	KUNIT_CASE(two_in_write),
	KUNIT_CASE(two_of_one_thread),
	KUNIT_CASE(one_waits_for_the_other),
	KUNIT_CASE(no_slot_left),
	KUNIT_CASE(one_makes_room),
	KUNIT_CASE(one_was_missed),
	KUNIT_CASE(flag_changes_meanwhile),
	KUNIT_CASE(flag_changes_there_and_back),
	{}
};

static int writer_test_init(struct kunit *test)
{
	u32 i;

	bench.chip = kunit_kzalloc(test, sizeof(*bench.chip), GFP_KERNEL);
	bench.other = kunit_kzalloc(test, sizeof(*bench.other), GFP_KERNEL);
	bench.inode = kunit_kzalloc(test, sizeof(*bench.inode), GFP_KERNEL);
	if (!bench.chip || !bench.other || !bench.inode)
		return -ENOMEM;
	bench.inode->i_cdev = &bench.chip->cdev;
	for (i = 0; i < ARRAY_SIZE(bench.file); i++) {
		bench.file[i] = kunit_kzalloc(test, sizeof(*bench.file[i]), GFP_KERNEL);
		bench.priv[i] = kunit_kzalloc(test, 2 * WRITER_BUF_OFFSET_MAX, GFP_KERNEL);
		if (!bench.file[i] || !bench.priv[i])
			return -ENOMEM;
		bench.file[i]->f_inode = bench.inode;
		bench.file[i]->private_data = bench.priv[i];
		bench.file[i]->f_flags = O_RDWR | O_NONBLOCK;
	}
	/* The last one waits. */
	bench.file[2]->f_flags = O_RDWR;
	return 0;
}

static void writer_test_exit(struct kunit *test)
{
	drtmon_writer_exit();
	/* As is a module that was just loaded. */
	writers_end = writers;
	writers_missed = 0;
	writers_lacked = 0;
	bench.missed = 0;
}

static struct kunit_suite writer_suite = {
	.name = "drtmon_writer",
	.init = writer_test_init,
	.exit = writer_test_exit,
	.test_cases = writer_cases,
};

kunit_test_suite(writer_suite);
