/* SPDX-License-Identifier: Apache-2.0 */
/* Two threads that write one number, or each its own: for the check that ThreadSanitizer catches the first. */
#include <pthread.h>
#include <string.h>

static int numbers[2];

static void *count(void *number)
{
    for (int i = 0; i < 1000; i++) {
        ++*(int *)number;
    }
    return NULL;
}

int main(int argument_count, char **arguments)
{
    const int is_race = argument_count > 1 && strcmp(arguments[1], "race") == 0;
    pthread_t other;
    if (pthread_create(&other, NULL, count, &numbers[0]) != 0) {
        return 2;
    }
    (void)count(&numbers[is_race ? 0 : 1]);
    return pthread_join(other, NULL) == 0 ? 0 : 2;
}
