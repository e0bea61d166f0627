// What a failed TLS connection says about the partner's certificate.
#pragma once

#include "gateway/ports/http.hpp"

#include <string_view>

namespace gw::connector_kit {

/// Nobody that we trust issued it: ours to configure, or somebody stands between.
inline bool is_unknown_certificate(const ports::HttpFailure& failure) {
    const std::string_view what = failure.what;
    return !failure.bytes_left && what.find("SSL certificate problem") != what.npos &&
           (what.find("issuer certificate") != what.npos || what.find("self-signed") != what.npos ||
            what.find("self signed") != what.npos);
}
inline constexpr std::string_view unknown_certificate_code = ".certificate_unknown",
                                  unknown_certificate_vi =
                                      "Chứng thư của đối tác không do nơi được tin cậy cấp; đặt "
                                      "`authorities` trong phần cấu hình của đối tác.";

}  // namespace gw::connector_kit
