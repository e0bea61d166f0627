// Declared shapes of what a dossier is made of (contract 2.3 to 2.8).
#include "gateway/core/schema_tables.hpp"

namespace gw::core::schema_tables {
namespace {

using sv = std::string_view;

constexpr sv applicant_kinds[] = {
    "citizen", "enterprise", "household_business", "state_body", "organisation", "other"};
constexpr sv identity_kinds[] = {
    "citizen_number",
    "old_id_number",
    "passport",
    "residence_card",
    "foreigner_number",
    "enterprise_code",
    "tax_code"};
constexpr sv absent_reasons[] = {
    "newborn", "foreigner_without_papers", "historic", "organisation_without_number"};
constexpr sv sexes[] = {"male", "female", "unknown", "other"};
constexpr sv copy_kinds[] = {"original", "copy", "electronic"};
constexpr sv reuse_kinds[] = {"no", "yes_local", "yes_national"};
constexpr sv supplement_states[] = {"requested", "received", "lapsed"};
constexpr sv fee_kinds[] = {"ordinary", "appraisal", "extension"};
constexpr sv fee_natures[] = {"fee", "charge"};
constexpr sv collect_whens[] = {"at_reception", "at_supplement", "at_return"};
constexpr sv fee_states[] = {"unpaid", "paid", "refunded", "exempt"};
constexpr sv signature_outcomes[] = {"valid", "invalid", "indeterminate", "not_signed"};
constexpr sv satisfactions[] = {"very_satisfied", "satisfied", "dissatisfied"};
constexpr sv survey_givers[] = {"citizen", "proxy"};

constexpr Field identity_fields[] = {
    word("kind", identity_kinds, "Loại giấy tờ", required),
    line("number", 64, "Số giấy tờ", required),
    plain("issued_on", FieldType::partial_date, "Ngày cấp"),
    line("issued_by", 200, "Nơi cấp"),
};
constexpr Field address_fields[] = {
    digits("province_code", 2, "Mã tỉnh"),
    digits("commune_code", 5, "Mã xã"),
    digits("district_code", 3, "Mã huyện"),
    line("detail", 300, "Địa chỉ chi tiết"),
    line("country", 2, "Quốc gia"),
    plain("valid_on", FieldType::date, "Ngày áp dụng danh mục địa bàn"),
};
constexpr Field agency_ref_fields[] = {
    line("code", 35, "Mã định danh đơn vị", required),
    line("name", 300, "Tên đơn vị", required),
    line("canonical_code", 35, "Mã định danh chuẩn", read_only),
};
constexpr Field person_ref_fields[] = {
    line("officer_code", 20, "Mã cán bộ", required),
    line("name", 100, "Họ tên cán bộ", required),
    line("title", 100, "Chức danh"),
    line("unit", 200, "Phòng ban"),
};
constexpr Field procedure_field_fields[] = {
    line("code", 40, "Mã lĩnh vực", required),
    line("name", 300, "Tên lĩnh vực", required),
};
constexpr Schema procedure_field{"ProcedureField", procedure_field_fields};
constexpr Field procedure_ref_fields[] = {
    line("code", 40, "Mã thủ tục", required),
    line("version", 20, "Phiên bản thủ tục"),
    line("service_code", 40, "Mã dịch vụ công"),
    text("name", 1000, "Tên thủ tục"),
    object("field", procedure_field, "Lĩnh vực"),
    line("short_code", 10, "Mã thủ tục rút gọn", read_only),
    line("local_code", 40, "Mã thủ tục tại một cửa", read_only),
};
constexpr Field other_code_fields[] = {
    line("system", 40, "Hệ thống", required),
    line("code", 64, "Mã hồ sơ khác", required),
};
constexpr Field waived_component_fields[] = {
    line("component_code", 50, "Mã thành phần hồ sơ", required),
    text("reason_vi", 500, "Lý do miễn", required),
};
constexpr Field document_fields[] = {
    plain("id", FieldType::id, "Mã giấy tờ", read_only),
    line("component_code", 50, "Mã thành phần hồ sơ", required),
    text("name", 4000, "Tên giấy tờ", required),
    plain("attachment_id", FieldType::id, "Tệp đính kèm"),
    word("copy_kind", copy_kinds, "Loại bản", required),
    number("count", "Số lượng", optional, 1, 10'000),
    plain("digitised", FieldType::boolean, "Đã số hóa"),
    word("reused", reuse_kinds, "Tái sử dụng"),
    plain("from_national_store", FieldType::boolean, "Lấy từ kho quốc gia"),
    line("replaces_result_code", 50, "Mã kết quả thay thế"),
    plain("deleted", FieldType::boolean, "Đã bỏ"),
};
constexpr Field other_paper_fields[] = {
    text("name", 4000, "Tên giấy tờ", required),
    number("count", "Số lượng", required, 1, 10'000),
    word("copy_kind", copy_kinds, "Loại bản", required),
};
constexpr Field beneficiary_fields[] = {
    line("account", 40, "Số tài khoản", required),
    line("bank_code", 20, "Mã ngân hàng", required),
    line("account_name", 200, "Tên tài khoản", required),
    line("treasury_code", 20, "Mã kho bạc"),
};
constexpr Schema beneficiary{"Beneficiary", beneficiary_fields};
constexpr Field fee_fields[] = {
    plain("id", FieldType::id, "Mã khoản thu", read_only),
    line("code", 50, "Mã phí, lệ phí", required),
    text("name", 500, "Tên phí, lệ phí", required),
    word("kind", fee_kinds, "Loại phí", required),
    word("nature", fee_natures, "Phí hay lệ phí", required),
    word("collect_when", collect_whens, "Thời điểm thu", required),
    plain("unit_amount", FieldType::money, "Mức thu", required),
    number("quantity", "Số lượng", optional, 1, 1'000'000),
    plain("amount", FieldType::money, "Thành tiền"),
    word("state", fee_states, "Tình trạng thu"),
    text("exempt_reason", 500, "Lý do miễn, giảm"),
    object("beneficiary", beneficiary, "Đơn vị thụ hưởng"),
};
constexpr Field supplement_fields[] = {
    plain("id", FieldType::id, "Mã lần bổ sung", read_only),
    object("requested_by", person_ref, "Người yêu cầu bổ sung", required),
    plain("requested_at", time, "Thời điểm yêu cầu bổ sung", required),
    text("text", 4000, "Nội dung bổ sung", required),
    texts("papers", 4000, "Giấy tờ cần bổ sung"),
    list("fees", fee, "Phí, lệ phí bổ sung"),
    plain("deadline", FieldType::date, "Hạn bổ sung"),
    word("status", supplement_states, "Tình trạng bổ sung", read_only),
    object("received_by", person_ref, "Người tiếp nhận bổ sung", read_only),
    plain("received_at", time, "Thời điểm tiếp nhận bổ sung", read_only),
    text("received_info", 2000, "Thông tin tiếp nhận bổ sung", read_only),
    plain("old_due_at", time, "Ngày hẹn trả trước"),
    plain("new_due_at", time, "Ngày hẹn trả mới", read_only),
};
constexpr Field signature_check_fields[] = {
    word("outcome", signature_outcomes, "Kết quả kiểm tra chữ ký", required),
    text("detail", 1000, "Chi tiết kiểm tra chữ ký"),
    plain("checked_at", time, "Thời điểm kiểm tra chữ ký"),
    plain("held", FieldType::boolean, "Đang được giữ lại, chưa gửi đi"),
    plain("held_until", time, "Giữ lại đến"),
    text("override_reason", 2000, "Lý do vẫn gửi"),
    line("override_by", 50, "Cán bộ quyết định vẫn gửi"),
};
constexpr Schema signature_check{"SignatureCheck", signature_check_fields};
constexpr Field result_fields[] = {
    plain("id", FieldType::id, "Mã kết quả", read_only),
    line("result_code", 50, "Mã giấy tờ kết quả"),
    text("name", 2000, "Tên giấy tờ kết quả", required),
    line("component_code", 50, "Mã thành phần hồ sơ"),
    line("number", 50, "Số văn bản"),
    line("symbol", 50, "Ký hiệu văn bản"),
    plain("signed_on", FieldType::date, "Ngày ký"),
    line("signer", 200, "Người ký"),
    plain("attachment_id", FieldType::id, "Tệp kết quả", required),
    object("signature_check", signature_check, "Kiểm tra chữ ký", read_only),
    object("signature_override", correction, "Lý do gửi dù chữ ký không hợp lệ"),
    plain("valid_until", FieldType::date, "Có giá trị đến"),
    plain("revoked_at", time, "Thời điểm thu hồi", read_only),
    text("revoke_reason", 2000, "Lý do thu hồi", read_only),
};
constexpr Field survey_answer_fields[] = {
    line("question_code", 50, "Mã câu hỏi", required),
    number("score", "Điểm", optional, 1, 5),
    text("text", 2000, "Trả lời"),
};
constexpr Schema survey_answer{"SurveyAnswer", survey_answer_fields};
constexpr Field survey_fields[] = {
    plain("id", FieldType::id, "Mã đánh giá", read_only),
    word("satisfaction", satisfactions, "Mức độ hài lòng", required),
    list("answers", survey_answer, "Các câu trả lời"),
    text("comment", 2000, "Ý kiến"),
    word("given_by", survey_givers, "Người đánh giá", required),
    plain("given_at", time, "Thời điểm đánh giá", required),
    plain("recorded_at", time, "Thời điểm ghi nhận", read_only),
};
constexpr Field flags_fields[] = {
    plain("digitised", FieldType::boolean, "Có thành phần số hóa", read_only),
    plain("identity_verified", FieldType::boolean, "Đã xác thực VNeID", read_only),
    number("online_payment", "Thanh toán trực tuyến", read_only, 0, 3),
};
constexpr Field correction_fields[] = {
    text("reason_vi", 2000, "Lý do đính chính", required),
};
constexpr Field representative_fields[] = {
    line("full_name", 255, "Họ tên người đại diện", required),
    list("identities", identity, "Giấy tờ người đại diện"),
    line("role", 100, "Chức vụ người đại diện"),
};
constexpr Schema representative{"Representative", representative_fields};
constexpr Field applicant_fields[] = {
    word("kind", applicant_kinds, "Loại đối tượng", required),
    line("full_name", 255, "Họ tên", required),
    list("identities", identity, "Giấy tờ định danh"),
    word("identity_absent_reason", absent_reasons, "Lý do không có số định danh"),
    plain("birth", FieldType::partial_date, "Ngày sinh"),
    word("sex", sexes, "Giới tính"),
    line("nationality", 2, "Quốc tịch"),
    plain("phone", FieldType::phone, "Số điện thoại"),
    line("email", 254, "Thư điện tử"),
    line("fax", 20, "Fax"),
    object("address", address, "Địa chỉ"),
    line("tech_id", 64, "Mã tài khoản"),
    object("representative", representative, "Người đại diện"),
};

}  // namespace

constexpr Schema identity{"Identity", identity_fields};
constexpr Schema address{"Address", address_fields};
constexpr Schema agency_ref{"AgencyRef", agency_ref_fields};
constexpr Schema person_ref{"PersonRef", person_ref_fields};
constexpr Schema procedure_ref{"ProcedureRef", procedure_ref_fields};
constexpr Schema other_code{"OtherCode", other_code_fields};
constexpr Schema document{"Document", document_fields};
constexpr Schema other_paper{"OtherPaper", other_paper_fields};
constexpr Schema waived_component{"WaivedComponent", waived_component_fields};
constexpr Schema fee{"Fee", fee_fields};
constexpr Schema supplement{"Supplement", supplement_fields};
constexpr Schema result{"Result", result_fields};
constexpr Schema survey{"Survey", survey_fields};
constexpr Schema flags{"Flags", flags_fields};
constexpr Schema correction{"Correction", correction_fields};
constexpr Schema applicant{"Applicant", applicant_fields};

std::span<const Schema* const> parts() {
    static constexpr const Schema* all[] = {&applicant,       &representative, &identity,
                                            &address,         &procedure_ref,  &procedure_field,
                                            &agency_ref,      &person_ref,     &other_code,
                                            &document,        &other_paper,    &fee,
                                            &beneficiary,     &supplement,     &result,
                                            &signature_check, &survey,         &survey_answer,
                                            &flags,           &correction,     &waived_component};
    return all;
}

}  // namespace gw::core::schema_tables
