// Any bytes as answers.toml and routes.toml, and as the text of an answer.
#include "gateway/core/error.hpp"
#include "gateway/mapping/answers.hpp"
#include "gateway/mapping/routes.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw::mapping;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<Problem> problems;
    if (const auto answers = Answers::load(text, "a.toml", &problems))
        (void)answers->classify("s", "0", text);
    (void)load_routes(text, "r.toml", {}, &problems);
    const std::string once = normalise_text(text);
    GW_ASSERT(normalise_text(once) == once);
    GW_ASSERT(normalise_code(normalise_code(text)) == normalise_code(text));
    return 0;
}
