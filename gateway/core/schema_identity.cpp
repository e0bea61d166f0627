// Declared shapes of identity checks (contract 3.7).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv kinds[] = {"lookup", "confirm", "number_pair", "household"};
constexpr sv outcomes[] = {"match", "mismatch", "not_found", "ambiguous", "unavailable"};

constexpr Field subject_fields[] = {
    line("citizen_number", 12, "Số định danh"),
    line("old_id_number", 9, "Số chứng minh nhân dân"),
    line("full_name", 255, "Họ tên", required),
    plain("birth", FieldType::partial_date, "Ngày sinh", required),
    line("sex", 10, "Giới tính"),
};
constexpr Schema subject{"IdentitySubject", subject_fields};

constexpr Field request_fields[] = {
    word("kind", kinds, "Loại tra cứu", required),
    plain("dossier_code", FieldType::dossier_code, "Mã hồ sơ", required),
    line("procedure_code", 40, "Mã thủ tục"),
    line("purpose", 200, "Mục đích tra cứu"),
    line("haste_reason", 200, "Lý do tra cứu nhiều lần liên tiếp"),
    object("subject", subject, "Người được tra cứu", required),
};
constexpr Schema request{"IdentityCheckRequest", request_fields};

constexpr Field difference_fields[] = {
    line("field", 40, "Trường", read_only),
    line("given", 255, "Giá trị đã khai", read_only),
    line("registered_masked", 255, "Giá trị trong cơ sở dữ liệu (che)", read_only),
    line("comparison", 40, "So sánh", read_only),
};
constexpr Schema difference{"IdentityDifference", difference_fields};

constexpr Field check_fields[] = {
    plain("id", FieldType::id, "Mã tra cứu", read_only),
    word("outcome", outcomes, "Kết quả", read_only),
    list("differences", difference, "Khác biệt", read_only),
    line("reason", 100, "Lý do không có kết quả", read_only),
    plain("unavailable_since", time, "Không tra cứu được từ", read_only),
    plain("person", FieldType::free_object, "Thông tin công dân", read_only),
    plain("data_as_of", time, "Thời điểm dữ liệu", read_only),
    line("source", 40, "Nguồn", read_only),
    plain("expires_at", time, "Hết hạn", read_only),
};
constexpr Schema identity_check{"IdentityCheck", check_fields};

constexpr const Schema* rows[] = {&subject, &request, &difference, &identity_check};

}  // namespace

std::span<const Schema* const> identity_shapes() {
    return rows;
}

}  // namespace gw::core::schema_tables
