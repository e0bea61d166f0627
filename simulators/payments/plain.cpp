// One row for each base letter; composed letters only, as the platform gets them.
#include "simulators/payments/plain.hpp"

#include <map>

namespace sim::payments {
namespace {

std::map<std::string, char> letters() {
    static constexpr std::pair<char, std::string_view> rows[] = {
        {'a', "à á ả ã ạ ă ằ ắ ẳ ẵ ặ â ầ ấ ẩ ẫ ậ"},
        {'A', "À Á Ả Ã Ạ Ă Ằ Ắ Ẳ Ẵ Ặ Â Ầ Ấ Ẩ Ẫ Ậ"},
        {'e', "è é ẻ ẽ ẹ ê ề ế ể ễ ệ"},
        {'E', "È É Ẻ Ẽ Ẹ Ê Ề Ế Ể Ễ Ệ"},
        {'i', "ì í ỉ ĩ ị"},
        {'I', "Ì Í Ỉ Ĩ Ị"},
        {'o', "ò ó ỏ õ ọ ô ồ ố ổ ỗ ộ ơ ờ ớ ở ỡ ợ"},
        {'O', "Ò Ó Ỏ Õ Ọ Ô Ồ Ố Ổ Ỗ Ộ Ơ Ờ Ớ Ở Ỡ Ợ"},
        {'u', "ù ú ủ ũ ụ ư ừ ứ ử ữ ự"},
        {'U', "Ù Ú Ủ Ũ Ụ Ư Ừ Ứ Ử Ữ Ự"},
        {'y', "ỳ ý ỷ ỹ ỵ"},
        {'Y', "Ỳ Ý Ỷ Ỹ Ỵ"},
        {'d', "đ"},
        {'D', "Đ"}};
    std::map<std::string, char> out;
    for (const auto& [base, all] : rows)
        for (std::size_t at = 0; at < all.size();) {
            auto end = std::min(all.find(' ', at), all.size());
            out[std::string(all.substr(at, end - at))] = base;
            at = end + 1;
        }
    return out;
}

std::size_t length_of(unsigned char lead) {
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

}  // namespace

std::string plain(std::string_view text) {
    static const auto table = letters();
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        auto n = length_of(static_cast<unsigned char>(text[i]));
        std::string one(text.substr(i, n));
        auto it = table.find(one);
        bool printable = one.size() == 1 && one[0] >= ' ' && one[0] != 0x7f;
        out += it != table.end() ? it->second : printable ? one[0] : '?';
        i += n;
    }
    return out;
}

}  // namespace sim::payments
