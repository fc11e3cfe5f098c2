"""What Thai grammar says of the first and last words of a clause: which open a statement, which go on with one, which wait for more.

Read by ``train/blanks.py``, which fits what each act counts and folds it into the letters of ``models/blanks.json``. The letters are those
of ``thai.blanks.alike``: a digit is 0, a Latin letter A.
"""

from thai.blanks import REACH

_OPENING = {
    # says that another statement begins
    "turns": """ดังนั้น เพราะฉะนั้น ฉะนั้น นอกจากนี้ นอกจากนั้น นอกเหนือจาก อย่างไรก็ตาม อย่างไรก็ดี
        ทั้งนี้ ต่อมา จากนั้น หลังจากนั้น ขณะเดียวกัน ในขณะเดียวกัน ในทางกลับกัน
        ในที่สุด อนึ่ง กล่าวคือ สรุป โดยสรุป ยิ่งกว่านั้น ยิ่งไปกว่านั้น ด้วยเหตุนี้ ด้วยเหตุดังกล่าว
        เหตุนี้ พร้อมกันนี้ พร้อมกันนั้น โอกาสนี้ ในโอกาสนี้ ในการนี้ ในทำนองเดียวกัน ตรงกันข้าม
        ในทางตรงกันข้าม ทว่า กระนั้น ถึงกระนั้น แม้กระนั้น ครั้นแล้ว แล้วจากนั้น ไม่เพียงเท่านี้ ไม่เพียงแต่ เหนือสิ่งอื่นใด""",
    "contrasts": "แต่ แต่ทว่า แต่ก็ หากแต่ ขณะที่ ในขณะที่ ส่วน สำหรับ",
    "times": """ปัจจุบัน ในปัจจุบัน ในปี ในช่วง ในสมัย ในระหว่าง ระหว่าง เมื่อ เมื่อวันที่ เมื่อปี วันที่ ปี พ.ศ.
        ค.ศ. ก่อนหน้า หลังจาก ภายหลัง ภายใน ก่อน ครั้ง ตั้งแต่ นับตั้งแต่ ตลอด ล่าสุด เดิม แรกเริ่ม""",
    "suppose": "หาก ถ้า แม้ แม้ว่า ถึงแม้ ไม่ว่า เนื่องจาก เนื่องด้วย เพราะ เพื่อ",
    "holds": """การ ความ ผู้ นาย นาง พระ สมเด็จ พล.อ. ดร. ประเทศ จังหวัด อำเภอ บริษัท คณะ กระทรวง รัฐบาล รัฐมนตรี
        มหาวิทยาลัย โรงเรียน เมือง คำว่า""",
    "points": "เขา เธอ พระองค์ ท่าน มัน พวกเขา พวกเธอ ข้าพเจ้า ผม ฉัน เรา ทั้งสอง นี่ นี้ สิ่งนี้ สิ่งเหล่านี้",
    # goes on with the one before
    "joins": "และ หรือ รวมถึง รวมทั้ง ตลอดจน พร้อม พร้อมทั้ง พร้อมกับ อีกทั้ง ทั้งยัง ตลอดถึง กับ และยัง",
    "relates": "ที่ ซึ่ง อัน ผู้ซึ่ง โดย ว่า ของ ให้ แก่ แด่ ต่อ ด้วย ตาม จาก ใน ณ แห่ง ถึง จนถึง ไปยัง สู่ บน ใต้ ท่ามกลาง",
    "follows": "จึง ก็ ทำให้ จน จนกระทั่ง จนกว่า ส่งผลให้ เลย แล้ว แล้วก็ เพื่อให้ เพื่อที่ เป็นเหตุ อันเป็น",
    "lists": "เช่น ได้แก่ อาทิ เป็นต้น ฯลฯ ประกอบด้วย คือ เท่ากับ หรือที่",
    "does": """เป็น มี ได้ ได้รับ ถูก อยู่ เกิด ใช้ จะ ยัง ไม่ มัก สามารถ ต้อง ควร อาจ เริ่ม เข้า ออก ขึ้น ตั้ง ทำ
        กลาย นำ พบ เรียก เคย ย้าย จัด ให้ได้ แต่งงาน สมรส สำเร็จ จบ ศึกษา เสียชีวิต""",
    "counts": "0 ๆ ฯ",
    "foreign": "A",
}
_CLOSING = {
    "waits": """ว่า คือ ได้แก่ เช่น โดย ของ ที่ ใน และ หรือ กับ ให้ ชื่อ เป็น จาก ณ เมื่อ แก่ ต่อ
        ด้วยการ ตาม เพื่อ ซึ่ง การ ความ แห่ง ระหว่าง ตั้งแต่ จนถึง ถึง ร่วมกับ
        ประกอบด้วย อาทิ นาย นาง พระ ดร. พ.ศ. ค.ศ. วันที่ ปี ราว ประมาณ กว่า เพราะ แต่ ถ้า หาก เนื่องจาก จึง
        ก็ คำว่า อำเภอ จังหวัด ตำบล ประเทศ บริษัท""",
    "points": "นี้ นั้น ดังกล่าว เหล่านี้ เหล่านั้น นี่ นั่น",
    "ends": """แล้ว ด้วย เท่านั้น อีกด้วย เป็นต้น ต่อไป ตามลำดับ ก็ตาม ก็ได้ กัน มา ไป ขึ้น ลง เลย เอง
        อยู่ ได้ ไม่ได้ นั่นเอง ทั้งสิ้น ทั้งหมด มาก ที่สุด เสมอ อีก
        ในที่สุด ตลอดมา เรื่อยมา จนถึงปัจจุบัน จนปัจจุบัน ในปัจจุบัน อย่างมาก เป็นอย่างมาก ยิ่งขึ้น มากขึ้น""",
    "counts": "0",
    "foreign": "A A. )",
}



OPENS = {form[:REACH]: act for act, forms in _OPENING.items() for form in forms.split()}
CLOSES = {form[-REACH:]: act for act, forms in _CLOSING.items() for form in forms.split()}


def opens(letters: str) -> str:
    """Return what a clause that begins with these letters does, by its longest known form; "" for none.

    >>> opens("นอกจากนี้ยังมี"), opens("โดยไม่"), opens("ช้างเอเชีย")
    ('turns', 'relates', '')
    """
    return next((OPENS[letters[:size]] for size in range(len(letters), 0, -1) if letters[:size] in OPENS), "")


def closes(letters: str) -> str:
    """Return what a clause that ends with these letters does, by its longest known form; "" for none.

    >>> closes("เรียกกันว่า"), closes("จนถึงปัจจุบัน")
    ('waits', 'ends')
    """
    return next((CLOSES[letters[-size:]] for size in range(len(letters), 0, -1) if letters[-size:] in CLOSES), "")
