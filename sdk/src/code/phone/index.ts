export { badgeText, type EnrolOptions, enrolPhone, type HeldPass, heldPass, presentFromPhone } from './phone.ts';
