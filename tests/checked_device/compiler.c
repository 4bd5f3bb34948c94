/* SPDX-License-Identifier: Apache-2.0 */
#include "checked_device/compiler.h"

#include "checked_device/objects.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_BYTES = 8192, MOST_WORDS = 128 };

extern char **environ;

/* Without optimisation clang is several times faster, and removes no access before it is checked. Vectors as arguments
 * are no business of other compilers here. */
#define FLAGS "-O0 -gline-tables-only -fPIC -Wno-psabi -fsanitize=address,undefined -fno-sanitize-recover=all"

/** Programs use the runtime of AddressSanitizer that is there: a library's, or the process's own. */
const char *compiler_flags(void)
{
    Dl_info runtime;
    void *start = dlsym(RTLD_DEFAULT, "__asan_init");
    if (start == NULL || dladdr(start, &runtime) == 0) {
        checked_fail("the process has no AddressSanitizer; ci/check-kernel-sanitizers shows how to run it");
    }
    return strstr(runtime.dli_fname, "libclang_rt") != NULL ? FLAGS " -shared-libasan" : FLAGS;
}

static const char language_flags[] =
    "-x cl -cl-std=CL1.2 -cl-no-stdinc -include opencl-c-base.h -include " CHECKED_BUILTINS;

/** The environment without what would load AddressSanitizer into the compiler. */
static char **compiler_environment(void)
{
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **kept = calloc(count + 1, sizeof(*kept));
    for (size_t i = 0, j = 0; i < count; i++) {
        if (strncmp(environ[i], "LD_PRELOAD=", strlen("LD_PRELOAD=")) != 0) {
            kept[j++] = environ[i];
        }
    }
    return kept;
}

/** Runs a command of words with spaces between them; its standard error goes to the file `log`. */
static bool run(char *command, const char *log)
{
    char *words[MOST_WORDS] = {NULL};
    char *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(command, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        if (count == MOST_WORDS - 1) {
            checked_fail("a command of too many words");
        }
        words[count++] = word;
    }
    pid_t process = 0;
    int status = -1;
    char **environment = compiler_environment();
    posix_spawn_file_actions_t actions;
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (posix_spawnp(&process, words[0], &actions, NULL, words, environment) != 0) {
        checked_fail("%s cannot be run", words[0]);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    free((void *)environment);
    pid_t ended = -1;
    do {
        ended = waitpid(process, &status, 0);
    } while (ended < 0 && errno == EINTR); /* libFuzzer has an alarm */
    return ended == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool compiler_preprocess(const char *source, const char *options, const char *into, const char *log)
{
    char command[COMMAND_BYTES];
    (void)snprintf(command, sizeof(command), "%s %s %s -E -P %s -o %s", CHECKED_CLANG, language_flags, options, source,
                   into);
    return run(command, log);
}

bool compiler_build(const char *source, const char *options, const char *coverage, const char *into, const char *log)
{
    Dl_info self;
    char profile[1024] = "";
    char command[COMMAND_BYTES];
    if (dladdr(&checked_dispatch, &self) == 0) {
        checked_fail("the path of the checked device is not known");
    }
    if (coverage != NULL) {
        (void)snprintf(profile, sizeof(profile), "-fcoverage-mapping -fprofile-instr-generate=%s", coverage);
    }
    /* Functions of the device, which programs call, come from itself. */
    (void)snprintf(command, sizeof(command), "%s %s %s %s %s -shared %s -x none %s -o %s", CHECKED_CLANG,
                   language_flags, options, compiler_flags(), profile, source, self.dli_fname, into);
    return run(command, log);
}
