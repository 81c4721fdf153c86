import './tokens.css';
import './page.css';
import './node.css';
import './companies.css';
import './company.css';
import './print.css';
