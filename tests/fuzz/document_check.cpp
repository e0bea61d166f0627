// Any bytes as a PDF whose signatures are looked at: with nobody trusted nothing is ever valid.
#include "gateway/crypto/document_check.hpp"

#include "gateway/core/error.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gw::crypto;
    static const TrustList nobody;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto now = gw::core::from_ms(1'767'603'900'000);
    const auto report = check_document(bytes, nobody, now);
    GW_ASSERT(report.verdict != Verdict::valid);
    GW_ASSERT(check_document(bytes, nobody, now).reason == report.reason);
    return 0;
}
