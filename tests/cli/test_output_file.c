/* SPDX-License-Identifier: Apache-2.0 */
#include "support/cmocka.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output_file.h"
#include "sandbox.h"
#include "temporary_file.h"

static exit_code open_one(output_file *file, const char *path)
{
    return output_files_open(file, &path, 1);
}

static void assert_content(const char *path, const char *text)
{
    size_t size;
    unsigned char *bytes = sandbox_read(path, &size);
    assert_int_equal(size, strlen(text));
    assert_memory_equal(bytes, text, size);
    free(bytes);
}

static void a_file_appears_when_it_is_committed(void **state)
{
    output_file file;
    (void)state;
    assert_int_equal(open_one(&file, "new"), EXIT_DONE);
    assert_int_equal(output_file_write(&file, "whole", 5), EXIT_DONE);
    assert_int_not_equal(access("new", F_OK), 0);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    assert_content("new", "whole");
    assert_int_equal(sandbox_count(), 1);
}

static void a_discarded_file_leaves_no_trace(void **state)
{
    output_file file;
    (void)state;
    sandbox_write("old", "before", 6);
    assert_int_equal(open_one(&file, "old"), EXIT_DONE);
    assert_int_equal(output_file_write(&file, "half", 4), EXIT_DONE);
    assert_int_equal(sandbox_count(), 2);
    output_files_discard(&file, 1);
    assert_content("old", "before");
    assert_int_equal(sandbox_count(), 1);
}

static void permissions_follow_the_umask(void **state)
{
    output_file file;
    struct stat status;
    mode_t before = umask(027);
    (void)state;
    assert_int_equal(open_one(&file, "new"), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    umask(before);
    assert_int_equal(stat("new", &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
}

static void a_folder_that_cannot_be_written_is_found_at_once(void **state)
{
    output_file file;
    (void)state;
    sandbox_write("file", "x", 1);
    assert_int_equal(mkdir("folder", 0777), 0);
    assert_int_equal(open_one(&file, "file/new"), EXIT_BAD_INPUT);
    assert_int_equal(open_one(&file, "missing/new"), EXIT_BAD_INPUT);
    assert_int_equal(open_one(&file, "/proc/new"), EXIT_BAD_INPUT);
    assert_int_equal(open_one(&file, "folder"), EXIT_BAD_INPUT);
    assert_int_equal(sandbox_count(), 2);
}

static void a_link_stays_a_link(void **state)
{
    output_file file;
    struct stat status;
    (void)state;
    assert_int_equal(mkdir("folder", 0777), 0);
    sandbox_write("folder/target", "before", 6);
    assert_int_equal(symlink("folder/target", "link"), 0);
    assert_int_equal(symlink("link", "link-to-link"), 0);
    assert_int_equal(open_one(&file, "link-to-link"), EXIT_DONE);
    assert_int_equal(output_file_write(&file, "after", 5), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    assert_content("folder/target", "after");
    assert_int_equal(lstat("link-to-link", &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void a_link_to_nothing_yet_makes_its_target(void **state)
{
    output_file file;
    (void)state;
    assert_int_equal(symlink("new", "link"), 0);
    assert_int_equal(open_one(&file, "link"), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    assert_content("new", "");
}

static void a_link_to_itself_is_an_error(void **state)
{
    output_file file;
    (void)state;
    assert_int_equal(symlink("loop", "loop"), 0);
    assert_int_equal(open_one(&file, "loop"), EXIT_BAD_INPUT);
    assert_int_equal(sandbox_count(), 1);
}

static void a_device_is_written_directly(void **state)
{
    output_file file;
    struct stat status;
    (void)state;
    assert_int_equal(open_one(&file, "/dev/null"), EXIT_DONE);
    assert_int_equal(output_file_write(&file, "gone", 4), EXIT_DONE);
    assert_int_equal(output_files_commit(&file, 1), EXIT_DONE);
    output_files_discard(&file, 1);
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

static void a_full_disk_is_an_error(void **state)
{
    output_file file;
    (void)state;
    if (access("/dev/full", W_OK) != 0) {
        skip();
    }
    assert_int_equal(open_one(&file, "/dev/full"), EXIT_DONE);
    assert_int_equal(output_file_write(&file, "x", 1), EXIT_BAD_INPUT);
    output_files_discard(&file, 1);
}

static void two_files_appear_together(void **state)
{
    const char *const paths[] = {"a", NULL, "b"};
    output_file files[3];
    (void)state;
    assert_int_equal(output_files_open(files, paths, 3), EXIT_DONE);
    assert_int_equal(output_file_write(&files[0], "1", 1), EXIT_DONE);
    assert_int_equal(output_file_write(&files[2], "2", 1), EXIT_DONE);
    assert_int_equal(sandbox_count(), 2);
    assert_int_equal(output_files_commit(files, 3), EXIT_DONE);
    output_files_discard(files, 3);
    assert_content("a", "1");
    assert_content("b", "2");
    assert_int_equal(sandbox_count(), 2);
}

static void one_path_for_two_files_is_an_error(void **state)
{
    const char *const same[] = {"a", "./a"};
    const char *const linked[] = {"a", "link"};
    const char *const broken[] = {"a", "missing/b"};
    output_file files[2];
    (void)state;
    assert_int_equal(output_files_open(files, same, 2), EXIT_BAD_INPUT);
    assert_int_equal(output_files_open(files, broken, 2), EXIT_BAD_INPUT);
    assert_int_equal(sandbox_count(), 0);
    assert_int_equal(symlink("a", "link"), 0);
    assert_int_equal(output_files_open(files, linked, 2), EXIT_BAD_INPUT);
    assert_int_equal(sandbox_count(), 1);
}

static void a_signal_removes_the_temporary_file(void **state)
{
    int status = 0;
    pid_t child = fork();
    (void)state;
    if (child == 0) {
        output_file file;
        temporary_files_watch_signals();
        if (open_one(&file, "never") == EXIT_DONE && sandbox_count() == 1) {
            (void)raise(SIGTERM);
        }
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_int_equal(sandbox_count(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_appears_when_it_is_committed),
        TEST(a_discarded_file_leaves_no_trace),
        TEST(permissions_follow_the_umask),
        TEST(a_folder_that_cannot_be_written_is_found_at_once),
        TEST(a_link_stays_a_link),
        TEST(a_link_to_nothing_yet_makes_its_target),
        TEST(a_link_to_itself_is_an_error),
        TEST(a_device_is_written_directly),
        TEST(a_full_disk_is_an_error),
        TEST(two_files_appear_together),
        TEST(one_path_for_two_files_is_an_error),
        TEST(a_signal_removes_the_temporary_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
