/* SPDX-License-Identifier: Apache-2.0 */
/* The command in front of somebody: on the terminal it says what it is at, Ctrl-C ends it without a trace, and what
 * stands out has a colour. */
#include "support/cmocka.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "sandbox.h"

#define CLEAR_LINE "\r\033[K"

enum { MOST_SECONDS = 60, CONTROL_C = 3 };

/* A terminal of its own for a child process. */
struct terminal {
    int master;
    int slave; /* keeps it alive until the child has it */
    const char *name;
    char text[1 << 14]; /* what came to it */
    size_t size;
};

static void open_terminal(struct terminal *terminal)
{
    struct termios modes;
    memset(terminal, 0, sizeof(*terminal));
    terminal->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal->master >= 0);
    assert_int_equal(grantpt(terminal->master) | unlockpt(terminal->master), 0);
    terminal->name = ptsname(terminal->master);
    terminal->slave = open(terminal->name, O_RDWR | O_NOCTTY);
    assert_true(terminal->slave >= 0);
    assert_int_equal(tcgetattr(terminal->slave, &modes), 0);
    modes.c_lflag &= ~(tcflag_t)ECHO;
    assert_int_equal(tcsetattr(terminal->slave, TCSANOW, &modes), 0);
}

/* Runs the command with the terminal as its own: stdin and one of its outputs are there, the other is not. */
static pid_t start(const struct terminal *terminal, char **arguments, int output)
{
    pid_t child = fork();
    if (child == 0) {
        int own, nowhere = open("/dev/null", O_WRONLY);
        int other = output == STDERR_FILENO ? STDOUT_FILENO : STDERR_FILENO;
        (void)setsid();
        own = open(terminal->name, O_RDWR);
        if (own < 0 || dup2(own, STDIN_FILENO) < 0 || dup2(own, output) < 0 || nowhere < 0 ||
            dup2(nowhere, other) < 0) {
            _exit(126);
        }
        (void)execv(CLPOOL_TEST_COMMAND, arguments);
        _exit(127);
    }
    return child;
}

/* Reads what comes, for `milliseconds` at most; 0 once the child's end is closed. */
static int read_some(struct terminal *terminal, int milliseconds)
{
    struct pollfd poll_on = {.fd = terminal->master, .events = POLLIN};
    ssize_t got;
    if (poll(&poll_on, 1, milliseconds) <= 0) {
        return 1;
    }
    got = read(terminal->master, terminal->text + terminal->size, sizeof(terminal->text) - 1 - terminal->size);
    terminal->size += got > 0 ? (size_t)got : 0;
    terminal->text[terminal->size] = '\0';
    return got > 0;
}

static void assert_shown(struct terminal *terminal, const char *text)
{
    int waited;
    for (waited = 0; waited < MOST_SECONDS * 10 && strstr(terminal->text, text) == NULL; waited++) {
        (void)read_some(terminal, 100);
    }
    if (strstr(terminal->text, text) == NULL) {
        print_error("wanted on the terminal: %s\nthere was: %s\n", text, terminal->text);
        fail();
    }
}

/* The command shows this while it is at work, with so many temporary files; then Ctrl-C ends it. */
static void assert_interruptible(char **arguments, const char *shown, size_t files)
{
    static struct terminal terminal;
    const char control_c = CONTROL_C;
    const size_t clear = strlen(CLEAR_LINE);
    int status = 0;
    pid_t child;
    open_terminal(&terminal);
    child = start(&terminal, arguments, STDERR_FILENO);
    assert_true(child > 0);
    assert_shown(&terminal, shown);
    close(terminal.slave);
    assert_int_equal(sandbox_count(), files);
    assert_int_equal(write(terminal.master, &control_c, 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    while (read_some(&terminal, 1000) && terminal.size < sizeof(terminal.text) - 1) {
    }
    close(terminal.master);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    assert_int_equal(sandbox_count(), 0);
    /* And the line is empty again. */
    assert_true(terminal.size > clear);
    assert_string_equal(terminal.text + terminal.size - clear, CLEAR_LINE);
}

static void bench_can_be_interrupted(void **state)
{
    char *arguments[] = {"clpool", "bench", "--suite", "resnet",   "--runs", "1000", "--json",
                         "j.json", "--svg", "s.svg",   "--device", "native", NULL};
    (void)state;
    assert_interruptible(arguments, ", forward on native", 2);
}

static void compare_can_be_interrupted(void **state)
{
    char *arguments[] = {"clpool", "compare", "--runs", "1000", "--json", "j.json", "--device", "native", NULL};
    (void)state;
    assert_interruptible(arguments, ", forward on native", 1);
}

/* What a command of few words shows on an output, with the environment's TERM and NO_COLOR. */
static const char *shown_by(char **arguments, int output, const char *term, const char *no_color)
{
    static struct terminal terminal;
    pid_t child;
    assert_int_equal(term == NULL ? unsetenv("TERM") : setenv("TERM", term, 1), 0);
    assert_int_equal(no_color == NULL ? unsetenv("NO_COLOR") : setenv("NO_COLOR", no_color, 1), 0);
    open_terminal(&terminal);
    child = start(&terminal, arguments, output);
    assert_true(child > 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    close(terminal.slave);
    while (read_some(&terminal, 1000) && terminal.size < sizeof(terminal.text) - 1) {
    }
    close(terminal.master);
    return terminal.text;
}

static void errors_and_results_have_colours(void **state)
{
    static char *wrong[] = {"clpool", "forwrd", NULL};
    static char *passing[] = {"clpool", "verify", CLPOOL_TEST_GOLDEN, "--device", "native", NULL};
    (void)state;
    assert_non_null(strstr(shown_by(wrong, STDERR_FILENO, "xterm", NULL), "\033[31mclpool:\033[0m "));
    assert_non_null(strstr(shown_by(wrong, STDERR_FILENO, "xterm", ""), "\033[31m"));
    assert_null(strchr(shown_by(wrong, STDERR_FILENO, "xterm", "1"), '\033'));
    assert_null(strchr(shown_by(wrong, STDERR_FILENO, "dumb", NULL), '\033'));
    assert_null(strchr(shown_by(wrong, STDERR_FILENO, NULL, NULL), '\033'));
    assert_non_null(strstr(shown_by(passing, STDOUT_FILENO, "xterm", NULL), " pass, 0 fail\033[0m;"));
    assert_null(strchr(shown_by(passing, STDOUT_FILENO, "xterm", "1"), '\033'));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, sandbox_enter, sandbox_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bench_can_be_interrupted),
        TEST(compare_can_be_interrupted),
        TEST(errors_and_results_have_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
