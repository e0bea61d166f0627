// The length that an HTTP head announces.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>

/// Bytes of the body of `message`, whose head ends at `head`; 0 when it names none.
inline std::size_t content_length(const std::string& message, std::size_t head) {
    std::size_t length = 0;
    for (const char* name : {"Content-Length: ", "content-length: "})
        if (const auto at = message.find(name); at < head)
            std::from_chars(message.data() + at + 16, message.data() + head, length);
    return length;
}
