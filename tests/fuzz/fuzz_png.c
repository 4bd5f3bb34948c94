/* SPDX-License-Identifier: Apache-2.0 */
/* A PNG picture, as compare and image read one. */
#include "target.h"

#include "picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    picture decoded;
    picture again;
    array samples;
    if (!picture_is_png(data, size) || picture_decode("x.png", data, size, &decoded) != EXIT_DONE) {
        return 0;
    }
    REQUIRE(decoded.channels >= 1 && decoded.channels <= 4 && decoded.width > 0 && decoded.height > 0);
    REQUIRE(picture_to_tensor(&decoded, &samples) == EXIT_DONE);
    REQUIRE(picture_make(decoded.width, decoded.height, decoded.channels, &again) == EXIT_DONE);
    picture_from_tensor(samples.data, &again);
    REQUIRE(memcmp(decoded.data, again.data, decoded.width * decoded.height * decoded.channels) == 0);
    array_free(&samples);
    picture_free(&decoded);
    picture_free(&again);
    return 0;
}
