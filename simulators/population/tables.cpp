// The tables, and what is read from them.
#include "simulators/population/tables.hpp"

namespace sim::population {
namespace {

constexpr PlaceRow places[place_count] = {
    {"001", "01", "01", "Hà Nội", "Hà Nội"},
    {"002", "02", "08", "Hà Giang", "Tuyên Quang"},
    {"004", "04", "04", "Cao Bằng", "Cao Bằng"},
    {"006", "06", "19", "Bắc Kạn", "Thái Nguyên"},
    {"008", "08", "08", "Tuyên Quang", "Tuyên Quang"},
    {"010", "10", "15", "Lào Cai", "Lào Cai"},
    {"011", "11", "11", "Điện Biên", "Điện Biên"},
    {"012", "12", "12", "Lai Châu", "Lai Châu"},
    {"014", "14", "14", "Sơn La", "Sơn La"},
    {"015", "15", "15", "Yên Bái", "Lào Cai"},
    {"017", "17", "25", "Hòa Bình", "Phú Thọ"},
    {"019", "19", "19", "Thái Nguyên", "Thái Nguyên"},
    {"020", "20", "20", "Lạng Sơn", "Lạng Sơn"},
    {"022", "22", "22", "Quảng Ninh", "Quảng Ninh"},
    {"024", "24", "24", "Bắc Giang", "Bắc Ninh"},
    {"025", "25", "25", "Phú Thọ", "Phú Thọ"},
    {"026", "26", "25", "Vĩnh Phúc", "Phú Thọ"},
    {"027", "27", "24", "Bắc Ninh", "Bắc Ninh"},
    {"030", "30", "31", "Hải Dương", "Hải Phòng"},
    {"031", "31", "31", "Hải Phòng", "Hải Phòng"},
    {"033", "33", "33", "Hưng Yên", "Hưng Yên"},
    {"034", "34", "33", "Thái Bình", "Hưng Yên"},
    {"035", "35", "37", "Hà Nam", "Ninh Bình"},
    {"036", "36", "37", "Nam Định", "Ninh Bình"},
    {"037", "37", "37", "Ninh Bình", "Ninh Bình"},
    {"038", "38", "38", "Thanh Hóa", "Thanh Hóa"},
    {"040", "40", "40", "Nghệ An", "Nghệ An"},
    {"042", "42", "42", "Hà Tĩnh", "Hà Tĩnh"},
    {"044", "44", "44", "Quảng Bình", "Quảng Trị"},
    {"045", "45", "44", "Quảng Trị", "Quảng Trị"},
    {"046", "46", "46", "Thừa Thiên Huế", "Huế"},
    {"048", "48", "48", "Đà Nẵng", "Đà Nẵng"},
    {"049", "49", "48", "Quảng Nam", "Đà Nẵng"},
    {"051", "51", "51", "Quảng Ngãi", "Quảng Ngãi"},
    {"052", "52", "52", "Bình Định", "Gia Lai"},
    {"054", "54", "66", "Phú Yên", "Đắk Lắk"},
    {"056", "56", "56", "Khánh Hòa", "Khánh Hòa"},
    {"058", "58", "56", "Ninh Thuận", "Khánh Hòa"},
    {"060", "60", "68", "Bình Thuận", "Lâm Đồng"},
    {"062", "62", "51", "Kon Tum", "Quảng Ngãi"},
    {"064", "64", "52", "Gia Lai", "Gia Lai"},
    {"066", "66", "66", "Đắk Lắk", "Đắk Lắk"},
    {"067", "67", "68", "Đắk Nông", "Lâm Đồng"},
    {"068", "68", "68", "Lâm Đồng", "Lâm Đồng"},
    {"070", "70", "75", "Bình Phước", "Đồng Nai"},
    {"072", "72", "80", "Tây Ninh", "Tây Ninh"},
    {"074", "74", "79", "Bình Dương", "Hồ Chí Minh"},
    {"075", "75", "75", "Đồng Nai", "Đồng Nai"},
    {"077", "77", "79", "Bà Rịa - Vũng Tàu", "Hồ Chí Minh"},
    {"079", "79", "79", "Hồ Chí Minh", "Hồ Chí Minh"},
    {"080", "80", "80", "Long An", "Tây Ninh"},
    {"082", "82", "82", "Tiền Giang", "Đồng Tháp"},
    {"083", "83", "86", "Bến Tre", "Vĩnh Long"},
    {"084", "84", "86", "Trà Vinh", "Vĩnh Long"},
    {"086", "86", "86", "Vĩnh Long", "Vĩnh Long"},
    {"087", "87", "82", "Đồng Tháp", "Đồng Tháp"},
    {"089", "89", "91", "An Giang", "An Giang"},
    {"091", "91", "91", "Kiên Giang", "An Giang"},
    {"092", "92", "92", "Cần Thơ", "Cần Thơ"},
    {"093", "93", "92", "Hậu Giang", "Cần Thơ"},
    {"094", "94", "92", "Sóc Trăng", "Cần Thơ"},
    {"095", "95", "96", "Bạc Liêu", "Cà Mau"},
    {"096", "96", "96", "Cà Mau", "Cà Mau"},
};

}  // namespace

const PlaceRow& place(std::size_t index) {
    return places[index % place_count];
}

std::string_view province_name(std::string_view code, bool old_codes) {
    for (const auto& row : places)
        if (code == (old_codes ? row.old_province : row.new_province))
            return old_codes ? row.old_name : row.new_name;
    return {};
}

std::string_view family_name(std::size_t index) {
    static constexpr std::string_view names[family_count] = {
        "NGUYỄN",
        "TRẦN",
        "LÊ",
        "PHẠM",
        "HOÀNG",
        "HUỲNH",
        "PHAN",
        "VŨ",
        "VÕ",
        "ĐẶNG",
        "BÙI",
        "ĐỖ",
        "HỒ",
        "NGÔ"};
    return names[index % family_count];
}

std::string_view middle_name(std::size_t index, bool female) {
    static constexpr std::string_view hers[middle_count] = {
        "THỊ", "THỊ", "THỊ", "THỊ", "NGỌC", "KIM", "THU", "HOÀI", "PHƯƠNG", ""};
    static constexpr std::string_view his[middle_count] = {
        "VĂN", "VĂN", "VĂN", "VĂN", "HỮU", "ĐỨC", "MINH", "QUANG", "CÔNG", ""};
    return (female ? hers : his)[index % middle_count];
}

std::string_view given_name(std::size_t index) {
    static constexpr std::string_view names[given_count] = {
        "MẪU",      "THỬ",       "GIẢ",         "VÍ DỤ",    "THỬ NGHIỆM", "MÔ PHỎNG",
        "GIẢ ĐỊNH", "HƯ CẤU",    "TƯỞNG TƯỢNG", "BÀI TẬP",  "MẪU MỘT",    "MẪU HAI",
        "MẪU BA",   "THỬ MỘT",   "THỬ HAI",     "THỬ BA",   "GIẢ MỘT",    "GIẢ HAI",
        "GIẢ BA",   "VÍ DỤ MỘT", "VÍ DỤ HAI",   "VÍ DỤ BA", "KIỂM",       "KIỂM THỬ"};
    return names[index % given_count];
}

}  // namespace sim::population
