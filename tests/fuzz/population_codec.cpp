// Any bytes as an answer of the population database.
#include "connectors/population/codec.hpp"
#include "gateway/core/error.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const mapping::Answers answers;
    const auto answer = population::read_answer(answers, text);
    GW_ASSERT(!answer.outcome.empty());
    return 0;
}
