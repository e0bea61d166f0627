// Any bytes as a notice and as an answer of VNPAY.
#include "connectors/vnpay/codec.hpp"
#include "gateway/core/error.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw;
    using namespace gw::vnpay;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Options options;
    options.terminal = "TESTTMN1";
    options.secret = "SYNTHETIC-FUZZ";
    if (const auto fields = read_query(text)) {
        // The secret is not in the corpus: nothing can be verified.
        GW_ASSERT(!verify_query(options, text, *fields));
        (void)read_notice(options, *fields);
        const auto again = read_query(signed_query(*fields));
        GW_ASSERT(again.has_value());
    }
    GW_ASSERT(!read_answer(options, text, false).verified);
    GW_ASSERT(!read_answer(options, text, true).verified);
    (void)read_stamp(text);
    return 0;
}
