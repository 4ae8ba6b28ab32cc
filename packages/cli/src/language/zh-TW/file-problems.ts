/** 繁體中文（台灣）: file-problems. */
import type { Translation } from '../english.ts'

export const fileProblems: Translation['file-problems'] = {
  'ENOENT.problem': '沒有這個檔案或資料夾',
  'ENOENT.fix': '檢查路徑；相對路徑從目前的資料夾算起',
  'EACCES.problem': '這個使用者沒有權限',
  'EACCES.fix': '以檔案擁有者執行，或變更擁有者或模式（chown、chmod）',
  'EPERM.problem': '系統不允許',
  'EPERM.fix': '以檔案擁有者執行，或檢查是否設為不可變更（lsattr）',
  'EISDIR.problem': '這是資料夾',
  'EISDIR.fix': '請指定檔案',
  'ENOTDIR.problem': '路徑中有一段不是資料夾',
  'ENOTDIR.fix': '檢查路徑',
  'EEXIST.problem': '已經存在',
  'EEXIST.fix': '換一個名稱，或移走現有的',
  'EROFS.problem': '檔案系統是唯讀的',
  'EROFS.fix': '選擇可寫入的資料夾',
  'ENOSPC.problem': '磁碟已滿',
  'ENOSPC.fix': '清出空間，或換一個磁碟',
  'EDQUOT.problem': '這個使用者的配額已用完',
  'EDQUOT.fix': '清出空間，或換一個磁碟',
  'EMFILE.problem': '開啟的檔案太多',
  'EMFILE.fix': '提高上限（ulimit -n）',
}
