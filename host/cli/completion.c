/* SPDX-License-Identifier: Apache-2.0 */
#include "completion.h"

#include <stdio.h>
#include <string.h>

#include "device_list.h"

static void offer(const char *typed, const char *word, const char *what)
{
    if (strncmp(word, typed, strlen(typed)) == 0) {
        (void)printf("%s\t%s\n", word, what);
    }
}

static void offer_commands(const char *typed)
{
    const command *known;
    size_t i;
    for (i = 0; (known = command_at(i)) != NULL; i++) {
        offer(typed, known->syntax.name, known->summary);
    }
    offer(typed, "--help", "lists the commands");
    offer(typed, "--version", "prints the version");
}

/* Of flags of one name the first is the one that the command takes. */
static const flag *find_flag(const command_syntax *syntax, const char *name)
{
    const flag *known;
    size_t i;
    for (i = 0; (known = flag_at(i)) != NULL; i++) {
        if (command_takes(syntax, known) && strcmp(known->name, name) == 0) {
            return known;
        }
    }
    return NULL;
}

static void offer_flags(const command_syntax *syntax, const char *typed)
{
    const flag *known;
    size_t i;
    for (i = 0; (known = flag_at(i)) != NULL; i++) {
        if (command_takes(syntax, known) && find_flag(syntax, known->name) == known) {
            char word[64];
            (void)snprintf(word, sizeof(word), "--%s", known->name);
            offer(typed, word, known->value == NULL ? "" : known->value);
        }
    }
}

static void offer_devices(const char *typed)
{
    device_list list = {0};
    size_t i;
    offer(typed, "auto", "the first GPU, else the first device");
    offer(typed, "native", "no OpenCL");
    offer(typed, "all", "every device, where a command takes several");
    if (device_list_load(&list) == EXIT_DONE) {
        for (i = 0; i < list.count; i++) {
            offer(typed, list.entries[i].index, list.entries[i].name);
        }
        device_list_free(&list);
    }
}

/* Of a list with commas the last word is completed, and what is before it stays. */
static void offer_words(const flag *known, const char *typed)
{
    const char *comma = known->id == FLAG_SUITE || known->id == FLAG_OP ? strrchr(typed, ',') : NULL;
    int kept = comma == NULL ? 0 : (int)(comma - typed) + 1;
    const char *word;
    size_t i;
    for (i = 0; (word = known->words(i)) != NULL; i++) {
        char whole[256];
        (void)snprintf(whole, sizeof(whole), "%.*s%s", kept, typed, word);
        offer(typed, whole, "");
    }
}

static void offer_values(const flag *known, const char *typed)
{
    if (known->id == FLAG_DEVICE) {
        offer_devices(typed);
    } else if (known->words != NULL) {
        offer_words(known, typed);
    } else if (strcmp(known->value, "FILE") == 0) {
        (void)printf("%s\n", COMPLETION_FILES);
    }
}

/* The flag whose value comes next; NULL if none's does. */
static const flag *awaited_by(const command_syntax *syntax, const char *word)
{
    const flag *known = NULL;
    if (strcmp(word, "-o") == 0) {
        known = find_flag(syntax, "output");
    } else if (strncmp(word, "--", 2) == 0) {
        known = find_flag(syntax, word + 2);
    }
    return known != NULL && known->value != NULL ? known : NULL;
}

exit_code completion_print(int count, char *const *words)
{
    const char *typed = count > 0 ? words[count - 1] : "";
    const command *known = NULL;
    const flag *awaited;
    if (count < 2) {
        offer_commands(typed);
        return EXIT_DONE;
    }
    known = command_named(words[0]);
    if (known == NULL) {
        return EXIT_DONE;
    }
    awaited = count > 2 ? awaited_by(&known->syntax, words[count - 2]) : NULL;
    if (awaited != NULL) {
        offer_values(awaited, typed);
    } else if (typed[0] == '-' || known->syntax.operand == NULL) {
        offer_flags(&known->syntax, typed);
    } else {
        (void)printf("%s\n", COMPLETION_FILES);
    }
    return EXIT_DONE;
}
