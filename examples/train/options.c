/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"
#include "failure.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
    "usage: train [--data FOLDER] [--device NAME] [--epochs N] [--rate R] [--seed N]\n"
    "             [--loss-curve FILE.svg] [--weights FILE.npy]\n"
    "       train --check-gradients [--data FOLDER] [--device NAME] [--seed N]\n"
    "FOLDER has digits-images.npy and digits-labels.npy (default: examples/data); NAME is part\n"
    "of a device's or platform's name.";

enum { MAX_EPOCHS = 1000 };

static unsigned long long parse_whole(const char *name, const char *text, unsigned long long least,
                                      unsigned long long most)
{
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < least || value > most) {
        fail(EXIT_BAD_INPUT, "--%s is '%s'; it must be a whole number from %llu to %llu", name, text, least, most);
    }
    return value;
}

static float parse_rate(const char *text)
{
    char *end = NULL;
    float value = strtof(text, &end);
    if (end == text || *end != '\0' || !(value > 0 && value <= 1)) {
        fail(EXIT_BAD_INPUT, "--rate is '%s'; it must be a number above 0, and at most 1", text);
    }
    return value;
}

static void take_option(struct options *parsed, int letter, const char *value)
{
    switch (letter) {
    case 'f':
        parsed->data = value;
        break;
    case 'd':
        parsed->device = value;
        break;
    case 'l':
        parsed->loss_curve = value;
        break;
    case 'w':
        parsed->weights = value;
        break;
    case 'e':
        parsed->epochs = (size_t)parse_whole("epochs", value, 1, MAX_EPOCHS);
        break;
    case 'r':
        parsed->rate = parse_rate(value);
        break;
    case 's':
        parsed->seed = parse_whole("seed", value, 0, UINT64_MAX);
        break;
    case 'c':
        parsed->check_gradients = 1;
        break;
    case 'h':
        puts(usage);
        exit(EXIT_DONE);
    default:
        fail(EXIT_BAD_INPUT, "%s", usage);
    }
}

struct options options_parse(int argc, char **argv)
{
    static const struct option known[] = {{"data", required_argument, NULL, 'f'},
                                          {"device", required_argument, NULL, 'd'},
                                          {"loss-curve", required_argument, NULL, 'l'},
                                          {"weights", required_argument, NULL, 'w'},
                                          {"epochs", required_argument, NULL, 'e'},
                                          {"rate", required_argument, NULL, 'r'},
                                          {"seed", required_argument, NULL, 's'},
                                          {"check-gradients", no_argument, NULL, 'c'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    struct options parsed = {.data = "examples/data", .epochs = 20, .rate = 0.1F, .seed = 1};
    int letter = 0;
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        take_option(&parsed, letter, optarg);
    }
    if (optind < argc) {
        fail(EXIT_BAD_INPUT, "'%s' is not an option; there must be nothing else\n%s", argv[optind], usage);
    }
    return parsed;
}
