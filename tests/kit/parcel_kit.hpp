// A delivery as a clerk books it.
#pragma once

#include "tests/kit/dossier_kit.hpp"

#include <string>
#include <utility>

namespace gw::test {

/// Body of POST /v1/deliveries: the result of the dossier goes to its owner by VNPost.
inline core::Document return_parcel(const std::string& dossier) {
    auto body = texts({{"direction", "return"}, {"carrier", "vnpost"}});
    body.set("dossier_code", text(dossier));
    auto place =
        texts({{"province_code", "38"}, {"commune_code", "00000"}, {"detail", "Thôn Mẫu"}});
    auto receiver = texts({{"name", "TRẦN THỊ MẪU"}, {"phone", "84100000001"}});
    receiver.set("address", std::move(place));
    body.set("receiver", std::move(receiver));
    auto items = core::Document::list();
    items.push(text("Kết quả"));
    body.set("items", std::move(items));
    return body;
}

}  // namespace gw::test
